// Gets socket tickets with this device's credential, and says in the engine's words why there was none.
import { ApiProblem, createApiClient, type Enrolment, type Fetch } from '@streamstock/api';
import { TicketFailed } from '@streamstock/device-engine';

/** A ticket over HTTPS. Throws `TicketFailed` when the server answered no; anything else counts as no network. */
export async function fetchTicket(fetch: Fetch, enrolment: Enrolment | null): Promise<string> {
  if (enrolment === null) throw new TicketFailed({ kind: 'refused', refusal: 'unauthorised' });
  const client = createApiClient({ baseUrl: '', fetch, apiKey: enrolment.credential });
  try {
    return (await client.createTicket()).ticket;
  } catch (error) {
    if (error instanceof ApiProblem) throw ticketFailure(error) ?? error;
    throw error;
  }
}

function ticketFailure(error: ApiProblem): TicketFailed | null {
  switch (error.kind) {
    case 'too-many-requests':
    case 'not-ready':
      return new TicketFailed({ kind: 'busy', retryAfterMs: error.problem.retryAfterMs ?? null });
    case 'not-signed-in':
    case 'not-allowed':
    case 'wrong-credentials': {
      const revoked = error.problem.code === 'revoked';
      return new TicketFailed({ kind: 'refused', refusal: revoked ? 'revoked' : 'unauthorised' });
    }
    default:
      return null;
  }
}
