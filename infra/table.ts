import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES, TABLE_KEYS, TTL_ATTRIBUTE } from '../shared/table/keys.ts';
import type { Environment } from './environment.ts';
import { protectedRemovalPolicyOf } from './retention.ts';

/** The one table. `shared/table/keys.ts` has its keys and indexes, `docs/table.md` its items. */
export class PortalTable extends Table {
  /** ARN of the stream of changes. */
  readonly streamArn: string;

  constructor(scope: Construct, id: string, stage: Environment['stage']) {
    super(scope, id, {
      partitionKey: { name: TABLE_KEYS.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE_KEYS.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // CloudTrail logs every use of the AWS managed key, and no use of the default key.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TTL_ATTRIBUTE,
      stream: StreamViewType.NEW_IMAGE,
      deletionProtection: stage === 'production',
      removalPolicy: protectedRemovalPolicyOf(stage),
    });
    for (const [indexName, { partition, sort, projection }] of Object.entries(INDEXES))
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        projectionType: ProjectionType[projection],
      });
    if (!this.tableStreamArn) throw new Error('The table has no stream');
    this.streamArn = this.tableStreamArn;
  }
}
