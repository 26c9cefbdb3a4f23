-- One row per item of the six haves at a station, with a numerator of 1 when accepted by period end, and one per town with the
-- number of items there must be: an item nobody lists is an item that is not there.
{{ standard_item_evidence('A101', 'have', 'station_have_count') }}
