import type * as z from 'zod/mini';
import { accessPage } from '../shared/access/accessPage.ts';
import { changeAccess } from '../shared/access/changeAccess.ts';
import type { Membership } from '../shared/access/grants.ts';
import { cloudAnswer } from '../shared/cloud/answers.ts';
import { cloudsPage, createCloudOf, linkCloudTo } from '../shared/cloud/cloud.ts';
import {
  billingActivate,
  billingBindBillableObject,
  billingCreateCloud,
  billingCreateResellerServed,
  billingGetOperation,
  billingInvite,
  billingListAccessBindings,
  billingListBillableObjectBindings,
  billingListCustomers,
  type billingOperation,
  billingSuspend,
  billingUpdateAccessBindings,
} from '../shared/contract/billing.ts';
import { Problem } from '../shared/contract/problem.ts';
import { actorAnswer, replayHeaders } from '../shared/customer/answers.ts';
import type { Circumstances } from '../shared/customer/command.ts';
import type { Customer } from '../shared/customer/customer.ts';
import type { CustomerEvent } from '../shared/customer/event.ts';
import { customersPage } from '../shared/customer/list.ts';
import { DESCRIPTIONS, loadOperation, operationId } from '../shared/customer/operation.ts';
import type { Changed } from '../shared/customer/store.ts';
import { changeServices } from '../shared/customer/suspension.ts';
import { serveMethods } from '../shared/http/billingForm.ts';
import { forCustomer, forPartner } from '../shared/http/serve.ts';
import { loadInvitingPartner } from '../shared/invitation/dailyLimit.ts';
import { register, registerResellerServed } from '../shared/invitation/register.ts';

/**
 * The provider's public Billing API: translates its messages to the use cases of this project's own API, and back.
 */
export const handler = serveMethods(
  forPartner(billingListCustomers, async ({ query: { resellerId, ...page }, membership, now, program }) => {
    requireReseller(resellerId, membership);
    const { customers, ...next } = await customersPage(resellerId, page, now, program);
    return { answer: { customers: repeated(customers.map(({ customer }) => customerMessage(customer.id))), ...next } };
  }),

  forPartner(billingInvite, async ({ body, sent, membership, circumstances, now, program }) => {
    const { resellerId, name, invitationEmail: email, person } = body;
    requireReseller(resellerId, membership);
    const partner = loadInvitingPartner(resellerId, now, program);
    const { invitationEmail: written } = sent as { invitationEmail: string };
    return operationAnswer(await register({ name, email, person }, { email: written }, partner, circumstances));
  }),

  forPartner(billingCreateResellerServed, async ({ body, membership, circumstances, now, program }) => {
    const { resellerId, name, person } = body;
    requireReseller(resellerId, membership);
    const partner = await loadInvitingPartner(resellerId, now, program);
    return operationAnswer(await registerResellerServed({ name, person }, partner, circumstances));
  }),

  forCustomer(billingActivate, async ({ stored, circumstances }) =>
    operationAnswer(await changeServices(stored, { type: 'activate' }, circumstances)),
  ),

  forCustomer(billingSuspend, async ({ stored, circumstances }) =>
    operationAnswer(await changeServices(stored, { type: 'suspend' }, circumstances)),
  ),

  forCustomer(billingBindBillableObject, async ({ body, stored, caller, membership, circumstances }) =>
    operationAnswer(await linkCloudTo(stored, body.billableObject.id, { caller, membership }, circumstances)),
  ),

  forCustomer(billingListBillableObjectBindings, async ({ query, stored }) => {
    const { clouds, ...next } = await cloudsPage(stored.customer.id, query);
    return { answer: { billableObjectBindings: repeated(clouds.map(bindingMessage)), ...next } };
  }),

  forCustomer(billingListAccessBindings, async ({ query, stored: { customer } }) => {
    const scope = `${billingListAccessBindings.name} ${customer.id}`;
    const { accessBindings, ...next } = await accessPage(customer, query, scope, ['SUBACCOUNT']);
    return {
      answer: {
        accessBindings: repeated(
          accessBindings.map(({ roleId, subject: { id, type } }) => ({
            roleId,
            subject: { id, type: type === 'USER' ? ('userAccount' as const) : ('serviceAccount' as const) },
          })),
        ),
        ...next,
      },
    };
  }),

  forCustomer(billingUpdateAccessBindings, async ({ body, stored, caller, membership, circumstances }) => {
    const deltas = body.accessBindingDeltas.map(({ action, accessBinding: { roleId, subject } }) => ({
      action,
      roleId,
      subject: {
        id: subject.id,
        type: /^service/i.test(subject.type) ? ('SERVICE_ACCOUNT' as const) : ('USER' as const),
      },
    }));
    const changed = await changeAccess(stored, deltas, { caller, membership }, circumstances);
    return operationAnswer({ ...changed, event: changed.event ?? nothingToChange(changed.customer, circumstances) });
  }),

  forCustomer(billingCreateCloud, async ({ body: { organizationId, ...cloud }, stored, circumstances }) =>
    operationAnswer(await createCloudOf(stored, cloud, circumstances)),
  ),

  forCustomer(billingGetOperation, async ({ path, stored }) => ({
    answer: operationMessage(await loadOperation(path['operationId'] ?? ''), stored.customer.partnerId),
  })),
);

/** @throws Problem ROLE_MISSING if the caller does not belong to the reseller */
function requireReseller(resellerId: string, { partnerId }: Membership): void {
  if (resellerId === partnerId) return;
  throw new Problem('ROLE_MISSING', 'You do not belong to this reseller. Name the partner that you are a member of.');
}

/** A list in proto3 JSON: an empty list is absent. */
const repeated = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

type Operation = z.input<typeof billingOperation>;

function operationAnswer({ customer, event, replayed }: Changed) {
  if (!event) throw new Error('nothing was changed');
  return { answer: operationMessage(event, customer.partnerId), headers: replayHeaders(replayed) };
}

/** If nothing changed, no version was made: the answer is the operation of the existing version. */
function nothingToChange({ id, version }: Customer, { now, actor }: Circumstances): CustomerEvent {
  return { type: 'AccessUpdated', customerId: id, version, at: now.toISOString(), actor, data: { deltas: [] } };
}

/** The operation of a change. All of its data comes from the event. */
function operationMessage(event: CustomerEvent, resellerId: string): Operation {
  const { customerId, version, at } = event;
  const { warning, ...outcome } = outcomeOf(event, resellerId);
  return {
    id: operationId(customerId, version),
    description: [DESCRIPTIONS[event.type], warning].filter((sentence) => sentence !== undefined).join('. '),
    createdAt: at,
    createdBy: actorAnswer(event, false),
    modifiedAt: at,
    done: true,
    ...outcome,
  };
}

type Outcome = Pick<Operation, 'metadata' | 'response'> & { warning?: string | undefined };

function outcomeOf(event: CustomerEvent, resellerId: string): Outcome {
  const { customerId } = event;
  const empty = { '@type': 'type.googleapis.com/google.protobuf.Empty' as const, value: {} };
  switch (event.type) {
    case 'CloudCreated': {
      const { id, createdAt, name, description, organizationId, labels } = cloudAnswer(event);
      return {
        metadata: { '@type': 'type.googleapis.com/yandex.cloud.resourcemanager.v1.CreateCloudMetadata', cloudId: id },
        response: {
          '@type': 'type.googleapis.com/yandex.cloud.resourcemanager.v1.Cloud',
          id,
          createdAt,
          name,
          description,
          organizationId,
          labels,
        },
      };
    }
    case 'CloudLinked': {
      const cloud = cloudAnswer(event);
      return {
        metadata: bindMetadata(cloud.id),
        response: {
          '@type': 'type.googleapis.com/yandex.cloud.billing.v1.BillableObjectBinding',
          ...bindingMessage(cloud),
        },
        warning: cloud.warning?.message,
      };
    }
    case 'CloudUnlinked':
      return { metadata: bindMetadata(event.data.cloudId), response: empty };
    case 'AccessUpdated':
      return {
        metadata: {
          '@type': 'type.googleapis.com/yandex.cloud.access.UpdateAccessBindingsMetadata',
          resourceId: customerId,
        },
        response: empty,
      };
    default:
      return {
        metadata: { '@type': 'type.googleapis.com/yandex.cloud.billing.v1.CustomerMetadata', resellerId, customerId },
        response: { '@type': 'type.googleapis.com/yandex.cloud.billing.v1.Customer', ...customerMessage(customerId) },
      };
  }
}

/** A customer is a subaccount, so its billing account has the same id. */
const customerMessage = (id: string) => ({ id, billingAccountId: id });

const bindMetadata = (billableObjectId: string) => ({
  '@type': 'type.googleapis.com/yandex.cloud.billing.v1.BindBillableObjectMetadata' as const,
  billableObjectId,
});

const bindingMessage = ({ id, createdAt }: { id: string; createdAt: string }) => ({
  effectiveTime: createdAt,
  billableObject: { id, type: 'cloud' as const },
});
