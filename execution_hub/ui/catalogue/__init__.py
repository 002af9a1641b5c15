"""The kit of agents, workflows and tasks: a list in pages, a form for a new one, a form for editing, a choice."""
