-- What a provider told of companies, by domain: one request serves every contact of a company, for all tenants and workers.
--
-- Only facts that a provider gave stand here, nothing that comes from a tenant's mail; users do not see the table.
--
--   ms_claim_organization ──▶ known | busy | ask ──▶ ms_settle_organization   answered: known for the asker's interval
--                                             └────▶ ms_release_organization  not asked, or nobody knows how it ended
--
-- Whoever is told to ask holds the domain for the length of the lease. A worker that dies leaves asked_until behind:
-- whoever comes after it knows that a credit may have been spent before.

create table if not exists public.enrichment_organizations (
  domain      text primary key check (domain = lower(btrim(domain)) and domain <> ''),
  facts       jsonb,
  answered_at timestamptz,
  asked_until timestamptz,
  lease_token uuid,
  attempts    integer not null default 0 check (attempts >= 0),
  created_at  timestamptz not null default now()
);

comment on table public.enrichment_organizations is 'What a provider told of the company behind a domain.';
comment on column public.enrichment_organizations.facts is 'Under the keys of extracted_data; null: the provider does not know it.';
comment on column public.enrichment_organizations.answered_at is 'When the provider answered; null: it has not yet.';
comment on column public.enrichment_organizations.asked_until is 'A request is running, until then at the latest; in the past: it was lost.';
comment on column public.enrichment_organizations.attempts is 'Requests without an answer, in a row.';

alter table public.enrichment_organizations enable row level security;
drop policy if exists service_role_all on public.enrichment_organizations;
create policy service_role_all on public.enrichment_organizations
  for all to service_role using (true) with check (true);
drop policy if exists worker_writes on public.enrichment_organizations;
create policy worker_writes on public.enrichment_organizations
  for all to mailsignal_worker using (true) with check (true);
revoke all on public.enrichment_organizations from anon, authenticated;
grant select, insert, update, delete on public.enrichment_organizations to mailsignal_worker;

create or replace function public.ms_claim_organization(
  p_domain     text,
  p_reask_days numeric default 90,
  p_lease      interval default '2 minutes',
  out state       text,
  out facts       jsonb,
  out answered_at timestamptz,
  out lease_token uuid,
  out attempts    integer,
  out repeated    boolean)
language plpgsql
set search_path = ''
as $$
declare
  v_domain text := lower(btrim(p_domain));
  v_row    public.enrichment_organizations;
begin
  insert into public.enrichment_organizations (domain) values (v_domain) on conflict do nothing;
  select o.* into v_row from public.enrichment_organizations o where o.domain = v_domain for update;
  repeated := false;
  attempts := v_row.attempts;
  if v_row.answered_at > now() - p_reask_days * interval '1 day' then
    state := 'known';
    facts := v_row.facts;
    answered_at := v_row.answered_at;
  elsif v_row.asked_until > now() then
    state := 'busy';
  else
    state := 'ask';
    repeated := v_row.asked_until is not null;
    update public.enrichment_organizations o
    set asked_until = now() + p_lease, lease_token = gen_random_uuid(), attempts = o.attempts + 1
    where o.domain = v_domain
    returning o.lease_token, o.attempts into ms_claim_organization.lease_token, ms_claim_organization.attempts;
  end if;
end
$$;

comment on function public.ms_claim_organization(text, numeric, interval) is
  'known: the facts (null: nothing) of at most p_reask_days ago. busy: somebody is asking. ask: the domain is the caller''s; '
  'repeated when an earlier request was lost.';

create or replace function public.ms_settle_organization(p_domain text, p_lease_token uuid, p_facts jsonb)
returns boolean
language sql
set search_path = ''
as $$
  with held as (
    update public.enrichment_organizations o
    set facts = p_facts, answered_at = now(), asked_until = null, lease_token = null, attempts = 0
    where o.domain = lower(btrim(p_domain)) and o.lease_token = p_lease_token
    returning 1
  )
  select exists (select from held)
$$;

comment on function public.ms_settle_organization(text, uuid, jsonb) is
  'Keeps the answer (null: not known). False: the domain is no longer ours.';

create or replace function public.ms_release_organization(p_domain text, p_lease_token uuid, p_outcome text default 'untried')
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_outcome not in ('untried', 'failed', 'lost') then
    raise exception 'no such outcome: %', p_outcome using errcode = 'invalid_parameter_value';
  end if;

  update public.enrichment_organizations o
  set asked_until = case when p_outcome = 'lost' then now() end,
      lease_token = null,
      attempts = case when p_outcome = 'untried' then greatest(o.attempts - 1, 0) else o.attempts end
  where o.domain = lower(btrim(p_domain)) and o.lease_token = p_lease_token;
  return found;
end
$$;

comment on function public.ms_release_organization(text, uuid, text) is
  'Gives a domain back unanswered: untried, failed (cost nothing), or lost (sent, and may have cost a credit).';

create or replace function public.ms_purge_organizations(p_limit integer default 1000, p_days integer default 90)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_days  integer := greatest(p_days, (select max(s.reask_days) from public.enrichment_settings s));
  v_count integer;
begin
  with old as materialized (
    select o.domain
    from public.enrichment_organizations o
    where coalesce(o.answered_at, o.created_at) < now() - v_days * interval '24 hours'
      and (o.asked_until is null or o.asked_until < now() - interval '1 day')
    limit p_limit
    for update skip locked
  )
  delete from public.enrichment_organizations o using old where o.domain = old.domain;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_purge_organizations(integer, integer) is 'Forgets answers that are older than p_days and than every tenant''s reask_days; how many.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'public.ms_claim_organization(text, numeric, interval)',
    'public.ms_settle_organization(text, uuid, jsonb)',
    'public.ms_release_organization(text, uuid, text)',
    'public.ms_purge_organizations(integer, integer)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to mailsignal_worker, service_role', v_function);
  end loop;
end
$$;
