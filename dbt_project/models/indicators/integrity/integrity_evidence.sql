-- One row per audit case of any integrity test: the union of the nine files of this folder.
{% set tests = [
    'i1_closed_within_minutes', 'i2_closed_at_quarter_end', 'i3_same_photo', 'i4_closed_by_the_finder', 'i5_heaped_below_the_limit',
    'i6_same_numbers_again', 'i7_in_two_places_at_once', 'i8_findings_copied', 'i9_found_far_from_the_place',
] %}
{% for test in tests %}
select district_code, test_code, period, town_id, entity_type, entity_id, seen_value, limit_value, detail_text, occurred_at, landing_ref
from {{ ref(test) }}
{{ 'union all' if not loop.last }}
{% endfor %}
