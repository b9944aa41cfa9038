"""Applications of towns: a form that saves as it goes, attachments, what is missing, handing in and withdrawing."""
