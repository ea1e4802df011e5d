"""How a learner is getting on: counts of scored attempts, and the figures and charts made from them."""
