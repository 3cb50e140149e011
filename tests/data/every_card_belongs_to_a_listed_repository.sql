-- A card without a listing is not read. Owner: ingest. Next step: land a listing of the
-- same day as the cards.
{{ config(severity='warn') }}

select cards.model_id
from {{ source('raw', 'hub_cards') }} as cards
left join {{ ref('stg_hub__models') }} as models
    on cards.model_id = models.model_id
where models.model_id is null
