"""Commands forked from one process that has imported TensorFlow, to spare each its own import.

`run` is `subprocess.run` for what may be done so: a module or a program, with arguments. As a
program, `python preloaded.py SOCKET ARGUMENT...` asks the process that listens there.
"""

import atexit
import functools
import json
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

# The code of these starts a program, and is no part of it.
_STARTING = {__file__, "<frozen runpy>", runpy.__file__}
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@functools.cache
def address():
    """Return the socket of this test process's server, which starts at the first call."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = os.path.join(folder, "socket")
    server = subprocess.Popen(
        [sys.executable, "-c", "from tests import preloaded; preloaded.serve()", path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(server.communicate)  # it ends when its standard input does
    assert server.stdout.readline() == b"ready\n"
    return path


def run(command, cwd, env):
    """Run `python COMMAND...` with its output captured.

    Args:
        command: `["-m", "MODULE", argument, ...]` or `["PROGRAM.py", argument, ...]`.
        cwd: the folder to run in.
        env: all of its environment; what Python or TensorFlow reads when it starts has no effect.

    Returns:
        A `subprocess.CompletedProcess` with text.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with open(os.devnull) as nothing:
            code = ask(address(), command, cwd, env, [nothing, out, err])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(command, code, *texts)


def ask(path, command, cwd, env, streams):
    """Have the server run a command with three open files as its streams; return its exit code."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        socket.send_fds(connection, [b"."], [stream.fileno() for stream in streams])
        connection.sendall(json.dumps([list(command), str(cwd), dict(env)]).encode())
        connection.shutdown(socket.SHUT_WR)
        return int(connection.makefile().read())


def serve():
    """Answer requests, each in a process of its own, until the standard input ends."""
    from tf1_rnn import startup

    with startup.without_keras():
        import tensorflow
    assert tensorflow
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen()
        print("ready", flush=True)
        child = os.fork()
        if child:  # this one waits for the tests to end, that one for their requests
            sys.stdin.read()
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            return
        while True:
            connection, _ = listening.accept()
            _answer(connection)


def _answer(connection):
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        connection.close()
        return
    _, handles, _, _ = socket.recv_fds(connection, 1, 3)
    command, cwd, env = json.loads(connection.makefile().read())
    connection.close()
    _become(handles, cwd, env)
    os._exit(_carry_out(command))


def _become(handles, cwd, env):
    """Take streams, a folder and an environment, as a new process has them."""
    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin, sys.stdout = open(0), open(1, "w", buffering=1)
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)


def _carry_out(command):
    """Do what `python COMMAND...` does, its end included; return the exit code."""
    code = 0
    try:
        if command[0] == "-m":
            sys.path[0], sys.argv = os.getcwd(), command[1:]
            runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        else:
            sys.path[0], sys.argv = os.path.dirname(os.path.abspath(command[0])), list(command)
            runpy.run_path(command[0], run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
    except BaseException as error:
        trace = error.__traceback__
        while trace.tb_next and trace.tb_frame.f_code.co_filename in _STARTING:
            trace = trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    sys.exit(
        ask(sys.argv[1], sys.argv[2:], os.getcwd(), os.environ, [sys.stdin, sys.stdout, sys.stderr])
    )
