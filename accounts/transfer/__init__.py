"""A learner's data as a whole: its export, import and deletion."""
