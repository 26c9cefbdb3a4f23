{#
  What a landed name, and an identity number beside it, can be compared by: keyed hashes of the whole name, its sound
  without tones, its parts, and what is left of it when a character is lost; the 17 places before the check place.
  They stay in staging and core (docs/adr/0022): no mart and no release has them.
#}
{% macro person_forms(name, id_number=none) -%}
{{ name }} as {{ name }}_hash,
    {{ name }}_pinyin as {{ name }}_pinyin_hash,
    {{ name }}_surname as {{ name }}_surname_hash,
    {{ name }}_given as {{ name }}_given_hash,
    {{ name }}_rare_last as {{ name }}_rare_last_hash,
    {{ name }}_rare_middle as {{ name }}_rare_middle_hash
    {%- if id_number %},
    {{ id_number }}_stem as {{ id_number }}_stem_hash,
    {{ id_number }}_stated_birth_date as {{ id_number }}_stated_birth_date
    {%- endif %}
{%- endmacro %}
