-- One row per recommendation: the newest accepted version.
with rows_in as ({{ newest_accepted('congress__recommendations', ['recommendation_no']) }})

select
    district_code,
    recommendation_no,
    report_no,
    topic_word,
    recommendation_text,
    responsible_org_name,
    supporting_org_names,
    due_date,
    status_word,
    status_word_code,
    status_word_read_how,
    done_date,
    replied_date,
    assessment_word,
    landing_ref
from rows_in
