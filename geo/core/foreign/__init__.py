"""What the sandboxed children share that open files from outside. Needs neither database nor web."""
