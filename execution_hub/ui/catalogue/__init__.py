"""The kit of agents, workflows, tasks and suites: a list in pages, forms for a new one and for editing, a choice."""
