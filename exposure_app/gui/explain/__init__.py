"""Why the steps are what they are, what else there is, and how the agent would go on: in the editor."""
