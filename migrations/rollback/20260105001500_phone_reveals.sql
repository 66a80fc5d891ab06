-- Undoes 20260105001500_phone_reveals.sql.

drop function if exists public.ms_claim_reveal(text, uuid, interval);
drop function if exists public.ms_delay_reveal(text, bigint, timestamptz);
drop function if exists public.ms_finish_reveal(text, bigint, text[], jsonb[], numeric);
drop table if exists public.enrichment_reveals;
alter table public.enrichment_settings drop column if exists reveal_phones;
