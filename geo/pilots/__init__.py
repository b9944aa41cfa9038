"""The alliance's pilot projects, the working groups that run them, and the towns where they are carried out."""
