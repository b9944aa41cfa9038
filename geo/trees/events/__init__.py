"""What else goes on: holidays, markets and works, behind the plan, or blocking stops."""
