"""The pictures of the documentation, each drawn by a module of its own from the sample photo and nothing else."""
