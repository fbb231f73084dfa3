package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// cloudRows are the programs of clouds that change what runs there.
var cloudRows = []row{
	{words: "gcloud run deploy", kind: pipeline.Deploy, read: named("service", 2, "--image")},
	{words: "gcloud run services|jobs update|replace|deploy", kind: pipeline.Deploy, read: named("service", 3, "--image")},
	{words: "gcloud run jobs deploy", kind: pipeline.Deploy, read: named("job", 3, "--image")},
	{words: "gcloud beta run deploy", kind: pipeline.Deploy, read: named("service", 3, "--image")},
	{words: "gcloud beta run services|jobs update|replace|deploy", kind: pipeline.Deploy, read: named("service", 4, "--image")},
	{words: "gcloud run services update-traffic", kind: pipeline.Canary, read: named("service", 3, "")},
	{words: "gcloud app deploy", kind: pipeline.Deploy, read: imageFlag("--image-url")},
	{words: "gcloud functions deploy", kind: pipeline.Deploy, read: named("function", 2, "--docker-image")},
	{words: "gcloud deploy releases create", kind: pipeline.Deploy, read: gcloudDeploy},
	{words: "gcloud deploy releases promote", kind: pipeline.Deploy, read: nothing},
	{words: "gcloud compute instances update-container", kind: pipeline.Deploy, read: named("instance", 3, "--container-image")},
	{words: "aws ecs update-service", kind: pipeline.Deploy, read: ecsService},
	{words: "aws ecs create-service|run-task", kind: pipeline.Deploy, when: func(c *call) bool { return c.operand(1) == "create-service" }, read: ecsService},
	{words: "aws ecs deploy", kind: pipeline.Deploy, read: ecsService},
	{words: "aws ecs deploy", kind: pipeline.Wait, read: ecsService},
	{words: "aws ecs wait services-stable", kind: pipeline.Wait, read: ecsWait},
	{words: "aws lambda update-function-code", kind: pipeline.Deploy, not: "--dry-run", read: lambda},
	{words: "aws lambda wait", kind: pipeline.Wait, read: nothing},
	{words: "aws deploy create-deployment", kind: pipeline.Deploy, read: nothing},
	{words: "aws deploy wait", kind: pipeline.Wait, read: nothing},
	{words: "aws elasticbeanstalk update-environment", kind: pipeline.Deploy, read: nothing},
	{words: "aws cloudformation deploy|create-stack|update-stack", kind: pipeline.Deploy, not: "--no-execute-changeset", read: nothing},
	{words: "aws cloudformation wait", kind: pipeline.Wait, read: nothing},
	{words: "aws apprunner start-deployment|update-service", kind: pipeline.Deploy, read: nothing},
	{words: "aws s3 sync|cp", kind: pipeline.Opaque, when: toBucket, read: nothing},
	{words: "aws eks update-kubeconfig", kind: pipeline.Credentials, read: contextFlag("--name|--alias")},
	{words: "eb deploy", kind: pipeline.Deploy, read: nothing},
	{words: "ecs deploy", kind: pipeline.Deploy, read: nothing},
	{words: "copilot deploy", kind: pipeline.Deploy, read: nothing},
	{words: "copilot svc|job|env deploy", kind: pipeline.Deploy, read: nothing},
	{words: "ecspresso deploy", kind: pipeline.Deploy, not: "--dry-run", read: nothing},
	{words: "ecs-deploy", kind: pipeline.Deploy, read: imageFlag("-i|--image")},
	{words: "az webapp create|deploy|up", kind: pipeline.Deploy, read: named("webapp", -1, "--deployment-container-image-name|-i|--container-image-name")},
	{words: "az webapp config container set", kind: pipeline.Deploy, read: named("webapp", -1, "--docker-custom-image-name|--container-image-name|-c|-i")},
	{words: "az webapp deployment source", kind: pipeline.Deploy, read: named("webapp", -1, "")},
	{words: "az webapp deployment slot swap", kind: pipeline.Deploy, read: named("webapp", -1, "")},
	{words: "az functionapp config container set", kind: pipeline.Deploy, read: named("functionapp", -1, "--docker-custom-image-name|--image|-i")},
	{words: "az functionapp deploy*", kind: pipeline.Deploy, read: named("functionapp", -1, "")},
	{words: "az containerapp update|up|create", kind: pipeline.Deploy, read: named("containerapp", -1, "--image|-i")},
	{words: "az containerapp job update|create", kind: pipeline.Deploy, read: named("containerapp", -1, "--image|-i")},
	{words: "az container create", kind: pipeline.Deploy, read: named("container", -1, "--image")},
	{words: "az deployment group|sub create", kind: pipeline.Deploy, read: nothing},
	{words: "az aks get-credentials", kind: pipeline.Credentials, read: contextFlag("-n|--name")},
	{words: "az spring app deploy", kind: pipeline.Deploy, read: nothing},
	{words: "kubelogin convert-kubeconfig", kind: pipeline.Credentials, read: nothing},
	{words: "gcloud container clusters get-credentials", kind: pipeline.Credentials, read: contextOperand(3)},
	{words: "gcloud container fleet|hub memberships get-credentials", kind: pipeline.Credentials, read: contextOperand(4)},
	{words: "doctl kubernetes cluster kubeconfig", kind: pipeline.Credentials, read: nothing},
	{words: "doctl apps create-deployment|update", kind: pipeline.Deploy, read: nothing},
	{words: "ibmcloud ks cluster config", kind: pipeline.Credentials, read: nothing},
	{words: "tsh kube login", kind: pipeline.Credentials, read: nothing},
	{words: "flyctl deploy", kind: pipeline.Deploy, read: fly},
	{words: "heroku container:release", kind: pipeline.Deploy, read: nothing},
	{words: "heroku container:push", kind: pipeline.Push, read: nothing},
	{words: "railway up", kind: pipeline.Deploy, read: nothing},
	{words: "vercel", kind: pipeline.Deploy, when: vercelDeploys, read: nothing},
	{words: "netlify deploy", kind: pipeline.Deploy, read: nothing},
	{words: "wrangler deploy|publish", kind: pipeline.Deploy, not: "--dry-run", read: nothing},
	{words: "wrangler pages deploy|publish", kind: pipeline.Deploy, read: nothing},
	{words: "firebase deploy", kind: pipeline.Deploy, read: nothing},
	{words: "surge|gh-pages", kind: pipeline.Opaque, read: nothing},
	{words: "cf push", kind: pipeline.Deploy, read: nothing},
	{words: "now", kind: pipeline.Deploy, read: nothing},
	{words: "serverless deploy", kind: pipeline.Deploy, read: nothing},
	{words: "sam deploy", kind: pipeline.Deploy, not: "--no-execute-changeset", read: nothing},
	{words: "sst deploy", kind: pipeline.Deploy, read: nothing},
	{words: "cdk deploy", kind: pipeline.Deploy, read: nothing},
	{words: "cdktf deploy|apply", kind: pipeline.Deploy, read: nothing},
	{words: "pulumi up|update", kind: pipeline.Deploy, read: nothing},
	{words: "terraform apply", kind: pipeline.Deploy, read: nothing},
	{words: "terragrunt apply|run-all", kind: pipeline.Deploy, when: targetNamed("apply"), read: nothing},
	{words: "terraform fmt", kind: pipeline.Lint, with: "-check", read: nothing},
	{words: "terraform validate", kind: pipeline.Lint, read: nothing},
	{words: "terraform test", kind: pipeline.Test, read: nothing},
	{words: "terragrunt hclfmt", kind: pipeline.Lint, read: nothing},
}

// named reads a service by the operand at an index, or by --name where that is
// negative, and its image by an option.
func named(kind string, i int, image string) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) {
		a.Target = pipeline.Target{Kind: kind, Name: c.value("-n|--name")}
		if i >= 0 {
			a.Target.Name = c.operand(i)
		}
		if image != "" {
			a.Images = operandsOf(c.values(image))
		}
		a.Target.Context = c.value("--project|--subscription|-g|--resource-group")
	}
}

func imageFlag(names string) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) { a.Images = operandsOf(c.values(names)) }
}

func contextFlag(names string) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) { a.Target.Context = c.value(names) }
}

func contextOperand(i int) func(*call, *pipeline.Activity) {
	return func(c *call, a *pipeline.Activity) { a.Target.Context = c.operand(i) }
}

// gcloudDeploy reads --images=app=registry/app:1 of a Cloud Deploy release.
func gcloudDeploy(c *call, a *pipeline.Activity) {
	for _, list := range c.values("--images") {
		for _, part := range splitList(list.Text) {
			if at := assignmentAt(part); at > 0 {
				word := list
				word.Text = part[at+1:]
				a.Images = append(a.Images, operandOf(word))
			}
		}
	}
	a.Target = pipeline.Target{Kind: "delivery-pipeline", Name: c.value("--delivery-pipeline")}
}

func ecsService(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "service", Name: c.value("--service|--services"), Context: c.value("--cluster")}
}

func ecsWait(c *call, a *pipeline.Activity) {
	ecsService(c, a)
	a.Limit = "10m" // what the AWS CLI waits at most: 40 times 15 seconds
}

func lambda(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "function", Name: c.value("--function-name")}
	a.Images = operandsOf(c.values("--image-uri"))
}

func fly(c *call, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "app", Name: c.value("-a|--app")}
	a.Images = operandsOf(c.values("-i|--image"))
	a.Waits = !c.on("--detach")
}

// toBucket tells whether aws s3 writes to a bucket, which may serve a site.
func toBucket(c *call) bool {
	return len(c.operands) > 3 && strings.HasPrefix(c.operands[3].Text, "s3://") && !strings.HasPrefix(c.operands[2].Text, "s3://")
}

// vercelDeploys tells whether vercel does what it does by default.
func vercelDeploys(c *call) bool {
	return len(c.operands) == 0 || c.operand(0) == "deploy"
}
