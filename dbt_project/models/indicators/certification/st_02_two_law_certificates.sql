-- ST-02: one row per in-quota person of the station and per holder of an enforcement certificate on its list.
-- Only in-quota people counted here add; auxiliaries, part-timers, leavers and people counted elsewhere never do.
{{ certificate_evidence('ST-02', 'law', listed='(staff.is_counted and staff.is_in_quota) or certificates.person_id is not null', counted='staff.is_counted and staff.is_in_quota') }}
