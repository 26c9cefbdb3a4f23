-- E403: breaches in storing or labelling hazardous chemicals, as inspections found them in the months of the item's window, up to period end.
-- One row per inspection (looked at) and one per such hazard (a breach), closed since or not: closing late is E503.
{{ breach_evidence('E403') }}
