from .model import CharModel, __version__
