"""What it takes to run a hub for others: docs/deploy.md tells how."""
