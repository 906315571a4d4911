"""The experiments that the simulator has no API for: that AWS's clients take their requests, against moto."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

import moto

from acceptance import lab, run
from acceptance.masking import Mask
from acceptance.targets import Target
from acceptance.world import World

NAME, ACCOUNT, REGION = "slipway-acceptance-0123abcd", "123456789012", "us-east-1"


class LabTest(unittest.TestCase):
    def setUp(self):
        server = moto.mock_aws()
        server.start()
        self.addCleanup(server.stop)
        environment = mock.patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})
        environment.start()
        self.addCleanup(environment.stop)
        self.world = World(Target("aws", REGION, {}, 0, 1, 0), NAME, ACCOUNT, Mask(ACCOUNT), pathlib.Path(tempfile.gettempdir()))
        subnets = self.world.clients("ec2").describe_subnets()["Subnets"]
        network = {"awsvpcConfiguration": {"subnets": [subnets[0]["SubnetId"]], "securityGroups": []}}
        replaced = mock.patch.object(World, "network", lambda _: network)
        replaced.start()
        self.addCleanup(replaced.stop)
        self.world.clients("ecs").create_cluster(clusterName=NAME)

    def test_statements_are_asked_through_a_role_of_the_run(self):
        world = self.world
        lab.asker(world)
        world.create_service("lab", world.register("lab", world.uri(":1")))
        # moto checks no permissions, so it refuses nothing
        self.assertEqual(lab.denied_by_tag(world), {"refused": None})
        self.assertEqual(list(lab.denied_register(world).values()), [None])
        self.assertEqual(world.clients("iam").list_role_tags(RoleName=f"{NAME}-asker")["Tags"], run.tags(NAME))

    def test_a_replay_is_asked_for_of_the_stacks_archive(self):
        world = self.world
        lab.asker(world)
        bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
        world.clients("events").create_archive(ArchiveName=f"{NAME}-PushArchive-1", EventSourceArn=bus)
        answers = lab.denied_replay(world)
        self.assertEqual(list(answers), ["archive alone", "archive and replay"])
        self.assertIsNone(answers["archive alone"])

    def test_an_alarm_is_made_with_the_tag_and_fires_once_the_deployment_runs(self):
        world, ecs = self.world, self.world.clients("ecs")
        world.create_service("lab", world.register("lab", world.uri(":1")))
        with mock.patch.object(World, "service_deployments", lambda *_: [{"status": "IN_PROGRESS"}]), \
                mock.patch.object(World, "poll", lambda _: None):  # fmt: skip
            lab.alarm_fires(world, "lab", 0)
        alarm = world.clients("cloudwatch").describe_alarms()["MetricAlarms"][0]
        self.assertEqual((alarm["AlarmName"], alarm["StateValue"]), (f"{NAME}-lab", "ALARM"))
        self.assertEqual(world.clients("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"], run.tags(NAME))
        self.assertEqual(len(ecs.list_services(cluster=NAME)["serviceArns"]), 1)
