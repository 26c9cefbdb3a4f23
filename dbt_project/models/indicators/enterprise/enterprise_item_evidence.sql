{{ config(materialized='table') }}
-- One row per evidence row of an enterprise item. A new item is a seed row, a file beside this one and its unit test.
{{ all_evidence([
    'e103_safety_staff', 'e303_special_operators_certified', 'e402_confined_space_closed_off',
    'e403_hazchem_stock_and_labels', 'e404_exits_clear', 'e405_devices_online', 'e503_hazards_rectified_on_time',
    'e504_major_hazard_plan', 'e505_hazards_do_not_return', 'e801_penalties',
]) }}
