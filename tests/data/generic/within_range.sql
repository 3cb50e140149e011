{# A number lies between two bounds, for a reason. Returns the rows outside. #}
{% test within_range(model, column, low, high, reason) %}

select
    *,
    '{{ reason }}' as reason
from {{ model }}
where not ({{ column }} between {{ low }} and {{ high }})

{% endtest %}
