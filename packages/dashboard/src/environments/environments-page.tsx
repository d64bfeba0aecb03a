import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EnvironmentView, ProjectView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { NewKeyed } from '../parts/new-keyed.tsx';
import { addressOf } from '../routing/route.ts';
import { EnvironmentEditor } from './environment-editor.tsx';
import { FreezeCard } from './freeze-card.tsx';

/** Projects and their environments, and the freeze of the one that is open. */
export function EnvironmentsPage(): ReactNode {
  const { api } = usePlace();
  const projects = useQuery({
    queryKey: ['projects'],
    queryFn: () => api.list<ProjectView>('/api/v1/projects'),
    retry: false,
  });
  const [making, setMaking] = useState<string>();
  const [isMakingProject, setMakingProject] = useState(false);
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: ({ path, made }: { path: string; made: object }) => api.send('POST', path, { body: made }),
    onSuccess: () => {
      setMaking(undefined);
      setMakingProject(false);
    },
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Environments</h1>
        <span className="bar-space" />
        <button type="button" onClick={() => setMakingProject(true)}>
          New project
        </button>
      </div>
      <FreezeCard />
      <Waiting of={projects} what="projects" />
      {projects.data?.map((project) => (
        <ProjectCard key={project.key} project={project} onNewEnvironment={() => setMaking(project.key)} />
      ))}
      {making !== undefined && (
        <NewKeyed
          what={`environment of ${making}`}
          error={create.error}
          isPending={create.isPending}
          onClose={() => setMaking(undefined)}
          onCreate={(made) => create.mutate({ path: environmentsOf(making), made })}
        />
      )}
      {isMakingProject && (
        <NewKeyed
          what="project"
          error={create.error}
          isPending={create.isPending}
          onClose={() => setMakingProject(false)}
          onCreate={(made) => create.mutate({ path: '/api/v1/projects', made })}
        />
      )}
    </div>
  );
}

interface ProjectCardProps {
  readonly project: ProjectView;
  readonly onNewEnvironment: () => void;
}

function ProjectCard({ project, onNewEnvironment }: ProjectCardProps): ReactNode {
  const { api, environment: open } = usePlace();
  const [edited, setEdited] = useState<string>();
  const environments = useQuery({
    queryKey: ['projects', project.key, 'environments'],
    queryFn: () => api.list<EnvironmentView>(environmentsOf(project.key)),
  });
  const editedView = environments.data?.find(({ environment }) => environment === edited);
  return (
    <section className="card stack" aria-label={`Project ${project.key}`}>
      <div className="row">
        <h2>{project.name}</h2>
        <span className="faint">{project.description}</span>
        <span className="bar-space" />
        <button type="button" className="small" onClick={onNewEnvironment}>
          New environment
        </button>
      </div>
      <Waiting of={environments} what="environments" />
      {environments.data !== undefined && environments.data.length > 0 && (
        <DataTable
          caption={`Environments of ${project.key}`}
          rows={environments.data}
          keyOf={({ environment }) => environment}
          columns={[
            {
              title: 'Environment',
              cell: ({ environment }) => <a href={addressOf(environment, 'flags')}>{environment}</a>,
            },
            { title: 'Name', cell: ({ name }) => name },
            {
              title: 'Is',
              cell: ({ environment, critical }) => (
                <>
                  {critical && <Badge tone="bad">critical</Badge>} {environment === open && <Badge>open</Badge>}
                </>
              ),
            },
            { title: 'Made', cell: ({ createdAtMs }) => <Ago atMs={createdAtMs} /> },
            {
              title: 'Settings',
              cell: ({ environment }) => (
                <button
                  type="button"
                  className="small"
                  aria-label={`Settings of ${environment}`}
                  onClick={() => setEdited(environment)}
                >
                  Change
                </button>
              ),
            },
            { title: 'Description', kind: 'wide', cell: ({ description }) => description },
          ]}
        />
      )}
      {editedView !== undefined && (
        <EnvironmentEditor key={editedView.environment} environment={editedView} onClose={() => setEdited(undefined)} />
      )}
    </section>
  );
}

function environmentsOf(project: string): string {
  return `/api/v1/projects/${encodeURIComponent(project)}/environments`;
}
