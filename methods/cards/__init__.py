"""Model card text and metadata to statements about training.

Card text is untrusted: it is only ever compared and parsed, in bounded windows.
"""
