"""The trainer: what was asked, the data, the plan, and the session that carries it out."""
