// Whoever sets up ECS and pushes images: the simulator's clients. They know its endpoint and nothing else.

const ENDPOINT = process.env.AWS_ENDPOINT_URL;
const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const TARGETS = { ecs: 'AmazonEC2ContainerServiceV20141113', ecr: 'AmazonEC2ContainerRegistry_V20150921', logs: 'Logs_20140328' };
// the digest of {}
const EMPTY = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

async function call(service, operation, request) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `${TARGETS[service]}.${operation}`,
      Authorization: `AWS4-HMAC-SHA256 Credential=DEVELOPER/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation} was refused: ${text}`);
  return JSON.parse(text);
}

/** Of an image of this account. */
export const uri = (repository) => `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${repository}`;

export const createRepository = (name) => call('ecr', 'CreateRepository', { repositoryName: name });
export const createCluster = (name) => call('ecs', 'CreateCluster', { clusterName: name });

/** Pushes an image; its annotations say what its container does. Gives its digest. */
export async function push(repository, tag, version, behaviour = {}) {
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: EMPTY, size: 2 },
    layers: [],
    annotations: { 'org.opencontainers.image.version': version, ...Object.fromEntries(Object.entries(behaviour).map(([name, value]) => [`slipway.simulator/${name}`, value])) },
  };
  const put = await call('ecr', 'PutImage', { repositoryName: repository, imageTag: tag, imageManifest: JSON.stringify(manifest) });
  return put.image.imageId.imageDigest;
}

/** Gives the image of one tag another tag. */
export async function retag(repository, from, to) {
  const got = await call('ecr', 'BatchGetImage', { repositoryName: repository, imageIds: [{ imageTag: from }] });
  await call('ecr', 'PutImage', { repositoryName: repository, imageTag: to, imageManifest: got.images[0].imageManifest });
}

export async function registerTaskDefinition(family, image) {
  await call('logs', 'CreateLogGroup', { logGroupName: `/ecs/${family}` });
  await call('ecs', 'RegisterTaskDefinition', {
    family, networkMode: 'awsvpc', cpu: '256', memory: '512', requiresCompatibilities: ['FARGATE'],
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/ecsTaskExecutionRole`,
    containerDefinitions: [{ name: 'web', image, essential: true, portMappings: [{ containerPort: 8080 }], logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `/ecs/${family}`, 'awslogs-region': REGION, 'awslogs-stream-prefix': 'ecs' } } }],
  });
}

/** A service that follows an environment. */
export async function createService(cluster, name, environment, desiredCount, taskDefinition = name) {
  await call('ecs', 'CreateService', {
    cluster, serviceName: name, taskDefinition, desiredCount, launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    tags: [{ key: 'slipway:environment', value: environment }],
  });
}

/** What ECS says of a service. */
export async function service(cluster, name) {
  return (await call('ecs', 'DescribeServices', { cluster, services: [name] })).services[0];
}

/** Puts a message that nobody can handle into the deploy queue. */
export async function sendNonsense(body) {
  const headers = (target) => ({ 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `AmazonSQS.${target}`, Authorization: `AWS4-HMAC-SHA256 Credential=DEVELOPER/20260101/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=0` });
  const queues = await (await fetch(ENDPOINT, { method: 'POST', headers: headers('ListQueues'), body: '{}' })).json();
  const queue = queues.QueueUrls.find((url) => /slipway-deploy$/.test(url));
  const sent = await fetch(ENDPOINT, { method: 'POST', headers: headers('SendMessage'), body: JSON.stringify({ QueueUrl: queue, MessageBody: body }) });
  if (!sent.ok) throw new Error(await sent.text());
}
