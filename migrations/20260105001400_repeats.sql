-- Requests that were made again because an answer was lost, counted where a worker that dies cannot take the count with it.
--
-- A provider has no idempotency key: between a request and the commit of its answer, a dead worker costs what that one
-- request cost. The commits around a request must survive the database, too, whatever the server's default is.

alter table public.enrichment_usage
  add column if not exists repeated integer not null default 0;

comment on column public.enrichment_usage.repeated is
  'People (or companies) asked about again: a worker died, or an answer was lost; each may have been charged twice.';

alter role mailsignal_worker set synchronous_commit = 'on';

create or replace function public.ms_note_repeats(p_tenant_id uuid, p_provider text, p_day date, p_count integer)
returns void
language sql
set search_path = ''
as $$
  update public.enrichment_usage u
  set repeated = u.repeated + p_count
  where u.tenant_id = p_tenant_id and u.provider = p_provider and u.day = p_day
$$;

comment on function public.ms_note_repeats(uuid, text, date, integer) is
  'Says, before a request is made again, about how many people.';

revoke execute on function public.ms_note_repeats(uuid, text, date, integer) from public, anon, authenticated;
grant execute on function public.ms_note_repeats(uuid, text, date, integer) to mailsignal_worker, service_role;
