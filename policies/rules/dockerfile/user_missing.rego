# METADATA
# title: Image names no user
# description: Without USER an image runs as the user of its base image, which is root for nearly all of them. With --registry the base image itself is asked.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#user
#   description: USER in the best practices of Docker
# custom:
#   severity: high
#   kinds: [dockerfile]
#   profiles: [recommended, strict]
#   remediation: "End the last stage with USER and a number that is not 0, e.g. USER 10001:10001. If the base image is known not to run as root, add it to this rule's parameter images."
#   since: 0.1.0
#   frameworks: [CIS-Docker-4.1]
#   params:
#     images:
#       type: array
#       default: [
#         "*distroless*:*nonroot*", "mcr.microsoft.com/dotnet/*:*chiseled*",
#         "mcr.microsoft.com/mssql/server:*", "cgr.dev/chainguard/*",
#         "bitnami/*", "bitnamilegacy/*", "bitnamisecure/*", "nginxinc/nginx-unprivileged:*",
#         "*/nginxinc/nginx-unprivileged:*", "*/nginx/nginx-unprivileged:*", "*/ubi?/nodejs-*",
#         "*/ubi?/python-*", "*/ubi?/openjdk-*", "*/ubi?/go-toolset*", "*/ubi?/php-*", "*/ubi?/ruby-*",
#         "*/ubi?/httpd-*", "*/ubi?/nginx-*", "docker.elastic.co/elasticsearch/elasticsearch:[89]*",
#         "docker.elastic.co/kibana/kibana:*", "docker.elastic.co/logstash/logstash:*", "grafana/grafana*",
#         "grafana/loki:*", "grafana/tempo:*", "prom/prometheus:*", "prom/alertmanager:*",
#         "prom/node-exporter:*", "quay.io/prometheus/prometheus:*", "quay.io/prometheus/alertmanager:*",
#         "quay.io/prometheus/node-exporter:*", "quay.io/keycloak/keycloak:*", "quay.io/argoproj/argocd:*",
#         "jenkins/jenkins:*", "jenkins/agent:*", "jenkins/inbound-agent:*", "jupyter/*", "quay.io/jupyter/*",
#         "apache/airflow:*", "apache/superset:*", "apache/kafka:*", "confluentinc/cp-*", "cimg/*",
#         "selenium/*", "gitpod/workspace-*", "homebrew/brew:*", "curlimages/curl:*", "renovate/renovate:*",
#         "sonarqube:*", "haproxy:*", "memcached:*", "solr:*", "odoo:*", "kong:*", "public.ecr.aws/lambda/*",
#         "amazon/aws-lambda-*", "mcr.microsoft.com/windows/*", "mcr.microsoft.com/dotnet/framework/*",
#         "*:*windowsservercore*", "*:*nanoserver*"
#       ]
#       description: Images known to run as another user than root, and those of Windows, which knows no root, as name:tag, * standing for anything.
package guard.rules.dockerfile.user_missing

import data.guard.lib.dockerfile as lib
import data.guard.lib.registry

deny contains {"message": msg, "path": lib.root.path} if {
	lib.final.user.state == "missing"
	lib.root.scratch
	count(lib.started) > 0
	msg := sprintf("%s has no USER, so the image runs as root%s", [lib.final.holder, lib.but_steps_down])
}

deny contains {"message": msg, "path": lib.root.path} if {
	lib.final.user.state == "missing"
	not lib.workbench
	not lib.must_be_root
	not _base.facts.exists
	not _known_nonroot
	msg := sprintf("%s has no USER, and its base image %s is not known to run as another user than root%s", [lib.final.holder, _base.name, lib.but_steps_down])
}

deny contains {"message": msg, "path": lib.root.path} if {
	lib.final.user.state == "missing"
	not lib.workbench
	not lib.must_be_root
	where := registry.runs_as(_base, {"root", "out-of-range"})
	msg := sprintf("%s has no USER, and its base image %s runs as root%s%s", [lib.final.holder, _base.name, where, lib.but_steps_down])
}

# Of an image whose name is not known here, nothing is.
_base := image if {
	some image in input.images
	image.path == array.concat(lib.root.path, ["args", 0])
	image.name != ""
}

_known_nonroot if {
	some pattern in data.guard.params["dockerfile/user-missing"].images
	glob.match(pattern, null, sprintf("%s:%s", [_base.name, _base.tag]))
}
