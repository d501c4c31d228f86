from ..base import running
