"""French numbers, as browsers group them."""

#: The narrow no-break space of French typography; Django has the wide one.
THOUSAND_SEPARATOR = "\u202f"
