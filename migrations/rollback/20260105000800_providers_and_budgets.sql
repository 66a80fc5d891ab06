-- Undoes 20260105000800_providers_and_budgets.sql.

drop function if exists public.ms_pause_provider(text, timestamptz, text);
drop function if exists public.ms_resume_provider(text);
drop function if exists public.ms_provider_paused_until(text);
drop function if exists public.ms_record_rate(text, text, integer, integer, integer);
drop function if exists public.ms_take_rate(text, text, integer);
drop function if exists public.ms_reserve_credits(uuid, text, numeric, numeric);
drop function if exists public.ms_settle_credits(uuid, text, date, numeric, numeric);
drop function if exists public.ms_lookups_allowed(uuid, boolean);
drop table if exists public.enrichment_usage;
drop table if exists public.enrichment_settings;
drop table if exists public.enrichment_rate_windows;
drop table if exists public.enrichment_providers;
