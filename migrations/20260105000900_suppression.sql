-- Suppression: whom not to enrich, by address or domain, for one tenant or for all.
--
-- The list holds keyed hashes (HMAC-SHA-256 of the trimmed, lower-cased value), so that it needs no plain address and
-- outlives an erasure. The key is made here, at random, and stays in a table of its own that nobody may read but its
-- owner; leave that table out of dumps that leave the house (pg_dump --exclude-table-data). A suppressed domain covers
-- its sub-domains.

create table if not exists public.enrichment_hash_keys (
  id         smallint primary key default 1 check (id = 1),
  inner_pad  bytea not null,
  outer_pad  bytea not null,
  created_at timestamptz not null default now()
);

comment on table public.enrichment_hash_keys is
  'The key of ms_address_hash() as the two padded blocks of HMAC-SHA-256 (RFC 2104).';

alter table public.enrichment_hash_keys enable row level security;
drop policy if exists nobody on public.enrichment_hash_keys;
create policy nobody on public.enrichment_hash_keys for all using (false) with check (false);
revoke all on public.enrichment_hash_keys from anon, authenticated, service_role;

do $$
declare
  v_key   bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  v_inner bytea := decode(repeat('36', 64), 'hex');
  v_outer bytea := decode(repeat('5c', 64), 'hex');
begin
  for i in 0 .. 31 loop
    v_inner := set_byte(v_inner, i, get_byte(v_inner, i) # get_byte(v_key, i));
    v_outer := set_byte(v_outer, i, get_byte(v_outer, i) # get_byte(v_key, i));
  end loop;
  insert into public.enrichment_hash_keys (inner_pad, outer_pad) values (v_inner, v_outer) on conflict (id) do nothing;
end
$$;

create table if not exists public.enrichment_suppressions (
  id         uuid primary key default gen_random_uuid(),
  tenant_id  uuid references public.tenants (id) on delete cascade,
  scope      text not null check (scope in ('tenant', 'global')),
  kind       text not null check (kind in ('address', 'domain')),
  value_hash bytea not null,
  reason     text not null,
  created_at timestamptz not null default now(),
  check ((scope = 'global') = (tenant_id is null))
);

comment on table public.enrichment_suppressions is 'Addresses and domains that are never enriched.';
comment on column public.enrichment_suppressions.value_hash is 'ms_address_hash() of the address or domain.';

create unique index if not exists enrichment_suppressions_natural_key
  on public.enrichment_suppressions (tenant_id, kind, value_hash) nulls not distinct;
create index if not exists enrichment_suppressions_value_hash_idx on public.enrichment_suppressions (value_hash);

alter table public.enrichment_suppressions enable row level security;
drop policy if exists tenant_isolation on public.enrichment_suppressions;
create policy tenant_isolation on public.enrichment_suppressions for select to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
drop policy if exists service_role_all on public.enrichment_suppressions;
create policy service_role_all on public.enrichment_suppressions
  for all to service_role using (true) with check (true);
revoke all on public.enrichment_suppressions from anon, authenticated;
grant select on public.enrichment_suppressions to authenticated;

create or replace function public.ms_address_hash(p_value text)
returns bytea
language sql stable
security definer   -- the caller may use the key, not read it
set search_path = ''
as $$
  select sha256(k.outer_pad || sha256(k.inner_pad || convert_to(lower(btrim(p_value)), 'UTF8')))
  from public.enrichment_hash_keys k
$$;

comment on function public.ms_address_hash(text) is 'HMAC-SHA-256 of the trimmed, lower-cased address or domain.';

create or replace function public.ms_suppressed(p_tenant_id uuid, p_emails text[])
returns setof text
language sql stable
security definer   -- reads the list of one tenant and the global one, whatever the caller may see
set search_path = ''
as $$
  select distinct a.address
  from (
    select lower(btrim(u.email)) as address, string_to_array(split_part(lower(btrim(u.email)), '@', -1), '.') as labels
    from unnest(p_emails) u (email)
    where exists (select from public.enrichment_suppressions)
  ) a
  cross join lateral (
    select 'address' as kind, public.ms_address_hash(a.address) as hash
    union all
    select 'domain', public.ms_address_hash(array_to_string(a.labels[i:], '.'))
    from generate_series(1, least(cardinality(a.labels), 16)) i
  ) h
  join public.enrichment_suppressions s
    on s.value_hash = h.hash and s.kind = h.kind and (s.tenant_id is null or s.tenant_id = p_tenant_id)
$$;

comment on function public.ms_suppressed(uuid, text[]) is
  'Those of the addresses (trimmed, lower-cased) that are suppressed for the tenant or for all.';

create or replace function public.ms_suppress(p_tenant_id uuid, p_value text, p_reason text default 'objection')
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_value text := ltrim(lower(btrim(p_value)), '@');
  v_kind  text := case when position('@' in v_value) > 0 then 'address' else 'domain' end;
begin
  if v_value = '' or v_value is null then
    raise exception 'nothing to suppress' using errcode = 'invalid_parameter_value';
  end if;

  -- Requests that wait or run are ended, and what they hold is dropped.
  update public.contact_enrichment_queue q
  set status = 'skipped', error_message = 'suppressed', extracted_data = '{}', merge_conflicts = '[]',
      processed_at = now()
  where q.status in ('pending', 'processing')
    and (p_tenant_id is null or q.tenant_id = p_tenant_id)
    and (lower(q.email_address) = v_value
         or v_kind = 'domain'
            and '.' || split_part(lower(q.email_address), '@', -1) like '%.' || replace(v_value, '_', '\_'));

  insert into public.enrichment_suppressions (tenant_id, scope, kind, value_hash, reason)
  values (p_tenant_id, case when p_tenant_id is null then 'global' else 'tenant' end, v_kind,
          public.ms_address_hash(v_value), p_reason)
  on conflict do nothing;
  return found;
end
$$;

comment on function public.ms_suppress(uuid, text, text) is
  'Suppresses an address, or a domain with its sub-domains, for a tenant (null: for all). False: it was so already.';

create or replace function public.ms_unsuppress(p_tenant_id uuid, p_value text)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  delete from public.enrichment_suppressions s
  where s.tenant_id is not distinct from p_tenant_id
    and s.value_hash = public.ms_address_hash(ltrim(lower(btrim(p_value)), '@'));
  return found;
end
$$;

comment on function public.ms_unsuppress(uuid, text) is 'Takes an address or domain off the list of that scope.';

revoke execute on function public.ms_address_hash(text), public.ms_suppressed(uuid, text[]),
  public.ms_suppress(uuid, text, text), public.ms_unsuppress(uuid, text) from public, anon, authenticated;
grant execute on function public.ms_suppressed(uuid, text[]) to mailsignal_worker;
grant execute on function public.ms_address_hash(text), public.ms_suppressed(uuid, text[]),
  public.ms_suppress(uuid, text, text), public.ms_unsuppress(uuid, text) to service_role;
