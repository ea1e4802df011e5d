"""Lines: words and sentences, whose characters are attempts. `scoring/reading.py` reads them in a worker."""
