-- One row per item of the four rooms, four stores and four centres at a station, with a numerator of 1 when accepted by period end, and one per town with the
-- number of items there must be: an item nobody lists is an item that is not there.
{{ standard_item_evidence('A102', 'facility', 'station_facility_count') }}
