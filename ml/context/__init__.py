"""The context of a line of characters: which of them its neighbours, and the words they form, make likely."""
