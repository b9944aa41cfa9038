"""The same step of many cases at once, and opening many: with a preview and one undo."""
