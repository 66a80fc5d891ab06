-- What a real CRM on Supabase already has, for use without one: the API roles, the auth schema, and the
-- base tables that our migrations refer to.
--
-- Every statement is conditional. Roles, schemas, functions and tables that exist are left as they are, and
-- where Supabase's own administration role exists nothing at all is done. Needs a superuser on a plain server,
-- because service_role has the attribute bypassrls.

do $stub$
declare
  v_role record;
  v_made text[] := '{}';   -- base tables that this run made
begin
  if exists (select 1 from pg_catalog.pg_roles where rolname = 'supabase_admin') then
    raise notice 'this is a Supabase server: the stub does nothing';
    return;
  end if;

  -- Roles are shared by all databases of a server.
  for v_role in
    select *
    from (values
      ('anon',          'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role',  'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit')) as r (name, options)
  loop
    if not exists (select 1 from pg_catalog.pg_roles where rolname = v_role.name) then
      execute format('create role %I %s', v_role.name, v_role.options);
    end if;
  end loop;

  for v_role in select * from (values ('anon'), ('authenticated'), ('service_role')) as r (name) loop
    if not pg_catalog.pg_has_role('authenticator', v_role.name, 'member') then
      execute format('grant %I to authenticator', v_role.name);
    end if;
  end loop;

  if pg_catalog.to_regnamespace('extensions') is null then
    create schema extensions;
    grant usage on schema extensions to anon, authenticated, service_role;
  end if;

  grant usage on schema public to anon, authenticated, service_role;

  -- As on Supabase: whatever is created in public is open to the API roles until a policy or a revoke says
  -- otherwise.
  if not exists (
    select 1 from pg_catalog.pg_default_acl a
    where a.defaclnamespace = 'public'::regnamespace and a.defaclacl::text like '%authenticated=%')
  then
    alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
    alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  end if;

  if pg_catalog.to_regnamespace('auth') is null then
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;

  if pg_catalog.to_regclass('auth.users') is null then
    create table auth.users (
      id         uuid primary key default gen_random_uuid(),
      email      text,
      created_at timestamptz not null default now()
    );
  end if;

  if pg_catalog.to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb
    language sql stable set search_path = ''
    as $f$
      select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), ''))::jsonb
    $f$;
  end if;

  if pg_catalog.to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid
    language sql stable set search_path = ''
    as $f$
      select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        auth.jwt() ->> 'sub')::uuid
    $f$;
  end if;

  if pg_catalog.to_regprocedure('auth.role()') is null then
    create function auth.role() returns text
    language sql stable set search_path = ''
    as $f$
      select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        auth.jwt() ->> 'role')
    $f$;
  end if;

  if pg_catalog.to_regprocedure('auth.email()') is null then
    create function auth.email() returns text
    language sql stable set search_path = ''
    as $f$
      select coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        auth.jwt() ->> 'email')
    $f$;
  end if;

  if pg_catalog.to_regclass('public.tenants') is null then
    create table public.tenants (
      id         uuid primary key default gen_random_uuid(),
      name       text not null,
      created_at timestamptz not null default now()
    );
  end if;

  if pg_catalog.to_regclass('public.profiles') is null then
    create table public.profiles (
      id         uuid primary key references auth.users (id) on delete cascade,
      tenant_id  uuid references public.tenants (id) on delete cascade,
      name       text,
      email      text,
      role       text not null default 'user',
      created_at timestamptz not null default now()
    );
    create index profiles_tenant_id_idx on public.profiles (tenant_id);
    alter table public.profiles enable row level security;
    create policy own_profile on public.profiles
      for select to authenticated using (id = (select auth.uid()));
    create policy service_role_all on public.profiles
      for all to service_role using (true) with check (true);
    alter table public.tenants enable row level security;
    create policy own_tenant on public.tenants
      for select to authenticated
      using (id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
    create policy service_role_all on public.tenants
      for all to service_role using (true) with check (true);
  end if;

  if pg_catalog.to_regclass('public.clients') is null then
    v_made := v_made || 'clients'::text;
    create table public.clients (
      id              uuid primary key default gen_random_uuid(),
      tenant_id       uuid not null references public.tenants (id) on delete cascade,
      company_name    text not null,
      primary_contact text,
      email           text,
      phone           text,
      address         text,
      created_at      timestamptz not null default now(),
      updated_at      timestamptz not null default now()
    );
    create index clients_tenant_id_idx on public.clients (tenant_id);
  end if;

  if pg_catalog.to_regclass('public.contacts') is null then
    v_made := v_made || 'contacts'::text;
    create table public.contacts (
      id         uuid primary key default gen_random_uuid(),
      tenant_id  uuid not null references public.tenants (id) on delete cascade,
      client_id  uuid references public.clients (id) on delete cascade,
      first_name text not null,
      last_name  text not null,
      title      text,
      email      text,
      phone      text,
      mobile     text,
      department text,
      notes      text,
      props      jsonb not null default '{}',
      is_primary boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index contacts_tenant_id_idx on public.contacts (tenant_id);
    create index contacts_client_id_idx on public.contacts (client_id);
  end if;

  if pg_catalog.to_regclass('public.orders') is null then
    v_made := v_made || 'orders'::text;
    create table public.orders (
      id             uuid primary key default gen_random_uuid(),
      tenant_id      uuid not null references public.tenants (id) on delete cascade,
      client_id      uuid references public.clients (id) on delete cascade,
      order_number   text not null,
      status         text not null default 'new',
      completed_date timestamptz,
      created_at     timestamptz not null default now(),
      updated_at     timestamptz not null default now()
    );
    create index orders_tenant_id_idx on public.orders (tenant_id);
    create index orders_client_id_idx on public.orders (client_id);
  end if;

  if pg_catalog.to_regclass('public.cases') is null then
    v_made := v_made || 'cases'::text;
    create table public.cases (
      id          uuid primary key default gen_random_uuid(),
      tenant_id   uuid not null references public.tenants (id) on delete cascade,
      client_id   uuid references public.clients (id) on delete cascade,
      contact_id  uuid references public.contacts (id) on delete set null,
      order_id    uuid references public.orders (id) on delete set null,
      subject     text not null,
      description text,
      status      text not null default 'open',
      priority    text not null default 'normal',
      created_at  timestamptz not null default now(),
      updated_at  timestamptz not null default now()
    );
    create index cases_tenant_id_idx on public.cases (tenant_id);
    create index cases_client_id_idx on public.cases (client_id);
    create index cases_contact_id_idx on public.cases (contact_id);
    create index cases_order_id_idx on public.cases (order_id);
  end if;

  if pg_catalog.to_regclass('public.deals') is null then
    v_made := v_made || 'deals'::text;
    create table public.deals (
      id                  uuid primary key default gen_random_uuid(),
      tenant_id           uuid not null references public.tenants (id) on delete cascade,
      client_id           uuid references public.clients (id) on delete cascade,
      contact_id          uuid references public.contacts (id) on delete set null,
      title               text not null,
      description         text,
      value               numeric,
      stage               text not null default 'lead',
      probability         integer,
      expected_close_date date,
      created_at          timestamptz not null default now(),
      updated_at          timestamptz not null default now()
    );
    create index deals_tenant_id_idx on public.deals (tenant_id);
    create index deals_client_id_idx on public.deals (client_id);
    create index deals_contact_id_idx on public.deals (contact_id);
  end if;

  -- Row security, only where this stub made the table: a real one has its own policies.
  for v_role in select unnest(v_made) as name loop
    execute format('alter table public.%I enable row level security', v_role.name);
    execute format($p$
      create policy tenant_isolation on public.%I for all to authenticated
        using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
        with check (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
      $p$, v_role.name);
    execute format(
      'create policy service_role_all on public.%I for all to service_role using (true) with check (true)',
      v_role.name);
  end loop;
end
$stub$;
