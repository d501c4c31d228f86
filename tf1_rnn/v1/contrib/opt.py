"""`tf.contrib.opt` of TensorFlow 1.x: the optimisers of it that recurrent code uses.

Lazy Adam, for embeddings, Nadam (Dozat, 2016), and weight decay apart from the loss (Loshchilov and
Hutter, 2017). Slots have the names of 1.15.5's, so that checkpoints resume.
"""

import tensorflow.compat.v1 as _tf

from .. import _lazy


class LazyAdamOptimizer(_tf.train.AdamOptimizer):
    """Adam that leaves the moments of rows alone that have no gradient.

    `AdamOptimizer` decays the moments of all rows of an embedding, and moves all, at every step.
    """

    def _apply_sparse(self, grad, var):
        return self._resource_apply_sparse(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        beta1, beta2, epsilon, step = _numbers(self, var)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        m_rows = beta1 * _tf.gather(m, indices) + (1 - beta1) * grad
        v_rows = beta2 * _tf.gather(v, indices) + (1 - beta2) * _tf.square(grad)
        return _tf.group(
            _tf.scatter_update(m, indices, m_rows, self._use_locking).op,
            _tf.scatter_update(v, indices, v_rows, self._use_locking).op,
            _tf.scatter_sub(
                var, indices, step * m_rows / (_tf.sqrt(v_rows) + epsilon), self._use_locking
            ).op,
        )


class NadamOptimizer(_tf.train.AdamOptimizer):
    """Adam with Nesterov's momentum: a step looks ahead by one decay of the first moment."""

    def _apply_dense(self, grad, var):
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        return _tf.raw_ops.ApplyAdam(var=var, m=m, v=v, **self._arguments(grad, var)).op

    def _resource_apply_dense(self, grad, var):
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        return _tf.raw_ops.ResourceApplyAdam(
            var=var.handle, m=m.handle, v=v.handle, **self._arguments(grad, var)
        )

    def _arguments(self, grad, var):
        beta1_power, beta2_power = self._get_beta_accumulators()
        kind = var.dtype.base_dtype
        return dict(
            beta1_power=_tf.cast(beta1_power, kind),
            beta2_power=_tf.cast(beta2_power, kind),
            lr=_tf.cast(self._lr_t, kind),
            beta1=_tf.cast(self._beta1_t, kind),
            beta2=_tf.cast(self._beta2_t, kind),
            epsilon=_tf.cast(self._epsilon_t, kind),
            grad=grad,
            use_locking=self._use_locking,
            use_nesterov=True,
        )

    def _apply_sparse(self, grad, var):
        return self._resource_apply_sparse(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        beta1, beta2, epsilon, step = _numbers(self, var)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        part, squared = (1 - beta1) * grad, (1 - beta2) * _tf.square(grad)
        m = self._decayed_and_added(m, beta1, indices, part)
        v = self._decayed_and_added(v, beta2, indices, squared)
        with _tf.control_dependencies([m, v]):
            m_rows, v_rows = (_tf.gather(self.get_slot(var, name), indices) for name in ("m", "v"))
        change = step * (part + beta1 * m_rows) / (_tf.sqrt(v_rows) + epsilon)
        return _tf.group(m, v, _tf.scatter_sub(var, indices, change, self._use_locking).op)

    def _decayed_and_added(self, slot, decay, indices, values):
        """Return the operation that decays all of a slot, then adds values to some rows."""
        decayed = _tf.assign(slot, decay * slot, use_locking=self._use_locking)
        with _tf.control_dependencies([decayed.op]):
            return _tf.scatter_add(slot, indices, values, self._use_locking).op


def _numbers(optimizer, var):
    """Return beta1, beta2, epsilon and the corrected rate of Adam, in the type of `var`."""
    powers = optimizer._get_beta_accumulators()
    numbers = optimizer._beta1_t, optimizer._beta2_t, optimizer._epsilon_t, optimizer._lr_t
    kind = var.dtype.base_dtype
    beta1, beta2, epsilon, rate = (_tf.cast(each, kind) for each in numbers)
    beta1_power, beta2_power = (_tf.cast(each, kind) for each in powers)
    return beta1, beta2, epsilon, rate * _tf.sqrt(1 - beta2_power) / (1 - beta1_power)


class DecoupledWeightDecayExtension:
    """Gives an optimiser weight decay: each step first takes `weight_decay * var` from a variable.

    Args:
        weight_decay: the part, a float or a tensor. It is not multiplied with the learning rate.
        **kwargs: of the optimiser, which is the next class.
    """

    def __init__(self, weight_decay, **kwargs):
        self._weight_decay, self._decayed = weight_decay, set()
        super().__init__(**kwargs)

    def minimize(
        self,
        loss,
        global_step=None,
        var_list=None,
        gate_gradients=_tf.train.Optimizer.GATE_OP,
        aggregation_method=None,
        colocate_gradients_with_ops=False,
        name=None,
        grad_loss=None,
        decay_var_list=None,
    ):
        """Return the operation of a step, as the optimiser's `minimize` does.

        Args:
            loss: the tensor to make smaller.
            global_step: the variable that counts the steps.
            var_list: the variables to train, by default all trainable ones.
            gate_gradients: how far gradients wait for one another.
            aggregation_method: how the gradients of a variable are added.
            colocate_gradients_with_ops: whether gradients are on the device of their operation.
            name: of the operation.
            grad_loss: the gradient of `loss`, by default 1.
            decay_var_list: ignored, as by 1.15.5, which decays all; `apply_gradients` takes it.
        """
        return super().minimize(
            loss,
            global_step=global_step,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            name=name,
            grad_loss=grad_loss,
        )

    def apply_gradients(self, grads_and_vars, global_step=None, name=None, decay_var_list=None):
        """Return the operation that applies gradients, as the optimiser's `apply_gradients` does.

        Args:
            grads_and_vars: pairs of a gradient and its variable.
            global_step: the variable that counts the steps.
            name: of the operation.
            decay_var_list: the variables to decay, by default all that are trained.
        """
        self._decayed = {each.op.name for each in decay_var_list or ()}
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _prepare(self):
        self._decay = _tf.convert_to_tensor(self._weight_decay, name="weight_decay")
        super()._prepare()

    def _after_decay(self, grad, var, rows=None):
        """Decay a variable, or rows of it; return a context for what is done after that.

        The decay waits for the gradient, which may read the variable. In 1.15.5 they raced.
        """
        with _tf.control_dependencies([grad]):
            if self._decayed and var.op.name not in self._decayed:
                return _tf.control_dependencies([_tf.no_op()])  # a node of 1.15.5's, for seeds
            part, locking = _tf.cast(self._decay, var.dtype.base_dtype), self._use_locking
            if rows is None:
                decay = _tf.assign_sub(var, part * var, use_locking=locking)
            else:
                decay = _tf.scatter_sub(var, rows, part * _tf.gather(var, rows), locking)
        return _tf.control_dependencies([decay.op])

    def _apply_dense(self, grad, var):
        with self._after_decay(grad, var):
            return super()._apply_dense(grad, var)

    def _resource_apply_dense(self, grad, var):
        with self._after_decay(grad, var):
            return super()._resource_apply_dense(grad, var)

    def _apply_sparse(self, grad, var):
        with self._after_decay(grad.values, var, grad.indices):
            return super()._apply_sparse(grad, var)

    def _resource_apply_sparse(self, grad, var, indices):
        with self._after_decay(grad, var, indices):
            return super()._resource_apply_sparse(grad, var, indices)


def extend_with_decoupled_weight_decay(base_optimizer):
    """Return a class: an optimiser's, with `weight_decay` as its first argument.

    Args:
        base_optimizer: the class of the optimiser.
    """

    class OptimizerWithDecoupledWeightDecay(DecoupledWeightDecayExtension, base_optimizer):
        """An optimiser that also decays the weights; its first argument is `weight_decay`."""

        def __init__(self, weight_decay, *args, **kwargs):
            self._weight_decay, self._decayed = weight_decay, set()
            base_optimizer.__init__(self, *args, **kwargs)

    return OptimizerWithDecoupledWeightDecay


class AdamWOptimizer(DecoupledWeightDecayExtension, _tf.train.AdamOptimizer):
    """Adam with decoupled weight decay.

    Args:
        weight_decay: a number or scalar tensor: the part of a variable that a step takes away.
        learning_rate: see `tf.train.AdamOptimizer`, as are all others.
        beta1: the decay of the mean of gradients.
        beta2: the decay of the mean of their squares.
        epsilon: what is added to the root of the latter.
        use_locking: whether updates lock their variable.
        name: the optimiser's.
    """

    def __init__(
        self,
        weight_decay,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        use_locking=False,
        name="AdamW",
    ):
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            use_locking=use_locking,
            name=name,
        )


class MomentumWOptimizer(DecoupledWeightDecayExtension, _tf.train.MomentumOptimizer):
    """Momentum with decoupled weight decay.

    Args:
        weight_decay: a number or scalar tensor: the part of a variable that a step takes away.
        learning_rate: see `tf.train.MomentumOptimizer`, as are all others.
        momentum: the part of the last update that is added to the next.
        use_locking: whether updates lock their variable.
        name: the optimiser's.
        use_nesterov: whether to use Nesterov's momentum.
    """

    def __init__(
        self,
        weight_decay,
        learning_rate,
        momentum,
        use_locking=False,
        name="MomentumW",
        use_nesterov=False,
    ):
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            momentum=momentum,
            use_locking=use_locking,
            name=name,
            use_nesterov=use_nesterov,
        )


def clip_gradients_by_global_norm(gradients_variables, clip_norm=20.0):
    """Return pairs of gradients and variables whose gradients have at most a norm together.

    Args:
        gradients_variables: pairs of a gradient and its variable.
        clip_norm: the norm.
    """
    gradients, variables = zip(*gradients_variables, strict=True)
    clipped, _ = _tf.clip_by_global_norm(gradients, clip_norm)
    return list(zip(clipped, variables, strict=True))


_lazy.forward(__name__)
