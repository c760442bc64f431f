"""A plan as files for people and for a CRM."""
