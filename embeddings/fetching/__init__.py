"""From web addresses to bytes: what is requested, from which hosts, and how much is accepted."""
