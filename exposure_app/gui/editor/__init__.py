"""The open photo in the editor, free of any panel: its state, rendering, agent, saving."""
