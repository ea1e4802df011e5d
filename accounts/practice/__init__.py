"""What a learner practises next: the plan, lists, lessons, reviews and reminders."""
