"""What a team defines: agents, workflows and tasks."""
