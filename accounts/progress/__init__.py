"""A learner's progress: counts of scored attempts, and the figures and charts made from them."""
