class Failure(Exception):
    """What went wrong and what to do, as one sentence for the user."""
