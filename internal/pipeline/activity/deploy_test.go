package activity

import "testing"

func TestFind_Deploy(t *testing.T) {
	check(t, []sentence{
		{"kubectl set image names workload and image", "kubectl -n shop set image deployment/web web=r/a:$SHA", []string{"deploy kubectl set image <r/a:$SHA> target=deployment/web namespace=shop"}},
		{"a workload may stand in two words, and be short", "kubectl set image deploy web web=a:1 side=b:2 --context=prod", []string{"deploy kubectl set image <a:1> <b:2> target=deployment/web context=prod"}},
		{"a dry run deploys nothing", "kubectl set image deploy/web web=a:1 --dry-run=client -o yaml", nil},
		{"--dry-run=none is no dry run", "kubectl apply -f k8s/ --dry-run=none", []string{"deploy kubectl apply files=k8s/"}},
		{"kubectl apply names its files", "kubectl apply -f k8s/deploy.yaml -f k8s/svc.yaml -n shop", []string{"deploy kubectl apply target=deployment namespace=shop files=k8s/deploy.yaml,k8s/svc.yaml"}},
		{"kubectl apply -k names a Kustomization", "kubectl apply -k overlays/prod", []string{"deploy kubectl apply files=overlays/prod"}},
		{"a secret that is piped in is no deployment", "kubectl create secret generic s --from-literal=a=b --dry-run=client -o yaml | kubectl apply -f -", nil},
		{"manifests that are piped in are", "envsubst < k8s.yaml | kubectl apply -f -", []string{"deploy kubectl apply files=-"}},
		{"a namespace is no deployment", "kubectl apply -f k8s/namespace.yaml", nil},
		{"a third party's manifest is none of ours", "kubectl apply -f https://github.com/cert-manager/cert-manager/releases/download/v1/cert-manager.yaml", nil},
		{"kubectl patch of a deployment with an image", `kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"r/a:1"}]}}}}'`, []string{"deploy kubectl patch <r/a:1> target=deployment/web"}},
		{"kubectl patch of whatever a variable says", "kubectl patch $kind $name -p '{}'", nil},
		{"git push of a commit of old is none of what was edited", `yq -i '.image.tag = "1"' values.yaml` + "\ngit push origin \"$GITHUB_SHA:refs/heads/release\"", nil},
		{"kubectl patch of something else", "kubectl patch serviceaccount default -p '{}'", nil},
		{"a restart changes what runs", "kubectl rollout restart deployment/web", []string{"deploy kubectl rollout restart target=deployment/web"}},
		{"kubectl get, logs, scale and delete deploy nothing", "kubectl get pods\nkubectl logs deploy/web\nkubectl scale deploy/web --replicas=3\nkubectl delete pod x\nkubectl describe deploy web", nil},
		{"kubectl create deployment", "kubectl create deployment web --image=a:1", []string{"deploy kubectl create deployment <a:1> target=deployment/web"}},
		{"a namespace that stands in the script deploys nothing", "cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Namespace\nmetadata: {name: $NS}\nEOF", nil},
		{"nor does a secret beside an account", "kubectl apply -f - <<EOF\nkind: Secret\n---\nkind: ServiceAccount\nEOF", nil},
		{"a workload that stands in the script does", "kubectl apply -f - <<EOF\nkind: Namespace\n---\nkind: Deployment\nEOF", []string{"deploy kubectl apply files=-"}},
		{"oc is called as kubectl is", "oc set image dc/web web=a:1", []string{"deploy kubectl set image <a:1> target=deploymentconfig/web"}},
		{"rollout status waits, with a limit", "kubectl rollout status deployment/web -n shop --timeout=120s", []string{"wait kubectl rollout status target=deployment/web namespace=shop limit=120s"}},
		{"rollout status without a limit", "kubectl rollout status sts web", []string{"wait kubectl rollout status target=statefulset/web"}},
		{"kubectl wait waits", "kubectl wait --for=condition=available deployment/web --timeout=60s", []string{"wait kubectl wait target=deployment/web limit=60s"}},
		{"rollout undo rolls back", "kubectl rollout undo deployment/web", []string{"rollback kubectl rollout undo target=deployment/web"}},
		{"an undo behind || that ends green forgets the failure", "kubectl rollout status deploy/web --timeout=1m || kubectl rollout undo deploy/web\necho done", []string{
			"wait kubectl rollout status target=deployment/web limit=1m",
			"rollback kubectl rollout undo target=deployment/web weak=the failure before || is forgotten: nothing behind ends the script as failed"}},
		{"an undo in an if that ends green forgets the failure", "if ! kubectl rollout status deploy/web --timeout=1m; then\n  kubectl rollout undo deploy/web\nfi", []string{
			"wait kubectl rollout status target=deployment/web limit=1m ignored=the condition of an if",
			"rollback kubectl rollout undo target=deployment/web weak=the failure that it answers is forgotten: nothing in the if ends the script as failed"}},
		{"an undo in an if that ends in exit 1 does not", "if ! kubectl rollout status deploy/web --timeout=1m; then\n  kubectl rollout undo deploy/web\n  exit 1\nfi", []string{
			"wait kubectl rollout status target=deployment/web limit=1m", "rollback kubectl rollout undo target=deployment/web"}},
		{"an undo behind the if is no answer to it", "if kubectl rollout status deploy/web --timeout=1m; then echo up; fi\nkubectl rollout undo deploy/web", []string{
			"wait kubectl rollout status target=deployment/web limit=1m ignored=the condition of an if", "rollback kubectl rollout undo target=deployment/web"}},
		{"what lies below crds is no deployment", "kubectl apply -f config/crd/bases\nkubectl apply -f crds/", nil},
		{"a manifest that says by its name what it holds", "kubectl apply -f k8s/web-statefulset.yaml", []string{"deploy kubectl apply target=statefulset files=k8s/web-statefulset.yaml"}},
		{"a cluster that a script makes by its name is one on the runner", "./hack/create-kind-cluster.sh\nkubectl apply -f k8s/", []string{"opaque ./hack/create-kind-cluster.sh"}},
		{"an undo behind || that ends in exit 1 does not", "kubectl rollout status deploy/web --timeout=1m || { kubectl rollout undo deploy/web; exit 1; }", []string{
			"wait kubectl rollout status target=deployment/web limit=1m", "rollback kubectl rollout undo target=deployment/web"}},
		{"helm upgrade names release, chart and values", "helm upgrade --install web ./chart -n shop -f values.yaml --set image.tag=$SHA", []string{
			"deploy helm upgrade <tag $SHA> target=release/web namespace=shop files=./chart,values.yaml"}},
		{"helm puts an image together from its parts", "helm upgrade web ./chart --set image.registry=ghcr.io,image.repository=acme/web --set-string image.tag=1.2.3", []string{
			"deploy helm upgrade <ghcr.io/acme/web:1.2.3> target=release/web files=./chart"}},
		{"helm takes an image as a whole", "helm upgrade web ./chart --set web.image=r/a:1,db.image=r/b:2", []string{"deploy helm upgrade <r/a:1> <r/b:2> target=release/web files=./chart"}},
		{"helm takes a digest", "helm upgrade web ./chart --set image.repository=r/a --set image.digest=$D", []string{"deploy helm upgrade <r/a@$D> target=release/web files=./chart"}},
		{"other values of helm are no images", "helm upgrade web ./chart --set replicas=3,ingress.host=x,tags.enabled=true", []string{"deploy helm upgrade target=release/web files=./chart"}},
		{"helm --wait waits", "helm upgrade web ./c --wait --timeout 5m", []string{
			"deploy helm upgrade target=release/web files=./c limit=5m waits", "wait helm upgrade target=release/web files=./c limit=5m waits"}},
		{"helm --atomic waits and rolls back", "helm upgrade web ./c --atomic", []string{
			"deploy helm upgrade target=release/web files=./c waits atomic", "wait helm upgrade target=release/web files=./c waits atomic", "rollback helm upgrade target=release/web files=./c waits atomic"}},
		{"helm in a dry run deploys nothing", "helm upgrade web ./c --dry-run --debug", nil},
		{"helm template and repo deploy nothing", "helm repo add x https://x\nhelm template ./c\nhelm dependency build ./c\nhelm package ./c", nil},
		{"helm rollback rolls back", "helm rollback web 3 -n shop --wait", []string{"rollback helm rollback target=release/web namespace=shop waits"}},
		{"options of helm stand before the subcommand too", "helm --kube-context prod upgrade web ./c", []string{"deploy helm upgrade target=release/web context=prod files=./c"}},
		{"helmfile applies an environment", "helmfile -e prod apply", []string{"deploy helmfile apply target=environment/prod"}},
		{"kustomize sets what the apply behind it deploys", "kustomize edit set image app=r/a:$SHA\nkustomize build . | kubectl apply -f -", []string{"deploy kubectl apply <r/a:$SHA> files=-"}},
		{"kustomize and git push is a deploy by Git", "cd overlays/prod\nkustomize edit set image r/a:1\ngit commit -am x\ngit push", []string{"deploy git push <r/a:1> target=git files=kustomization.yaml"}},
		{"an edit that is never pushed deploys nothing", "kustomize edit set image r/a:1", nil},
		{"yq sets an image", `yq -i '.spec.template.spec.containers[0].image = "r/a:'$SHA'"' k8s/deploy.yaml && git push`, []string{"deploy git push <r/a:$SHA> target=git files=k8s/deploy.yaml"}},
		{"yq sets a tag alone", `yq e -i '.image.tag = "1.2.3"' values.yaml` + "\ngit push origin main", []string{"deploy git push <tag 1.2.3> target=git files=values.yaml"}},
		{"yq takes a variable of the environment", `yq -i '.image.tag = strenv(TAG)' values.yaml` + "\ngit push", []string{"deploy git push <tag $TAG> target=git files=values.yaml"}},
		{"sed sets an image", `sed -i "s|image: .*|image: r/a:$TAG|" k8s/deploy.yaml` + "\ngit push", []string{"deploy git push <r/a:$TAG> target=git files=k8s/deploy.yaml"}},
		{"sed with slashes", `sed -i 's/tag: .*/tag: 1.2/' values.yaml` + "\ngit push", []string{"deploy git push <tag 1.2> target=git files=values.yaml"}},
		{"sed of a placeholder, then apply: the image is not known", `sed -i "s/IMAGE_TAG/$TAG/" k8s/deploy.yaml` + "\nkubectl apply -f k8s/", []string{"deploy kubectl apply files=k8s/"}},
		{"a version bump that is pushed is no deploy", `sed -i "s/version = .*/version = 1/" pyproject.toml` + "\ngit push", nil},
		{"git push of a tag is none either", `yq -i '.image.tag = "1"' values.yaml` + "\ngit push --tags", nil},
		{"a pull request is a proposal", `yq -i '.image.tag = "1"' values.yaml` + "\ngit push origin b\ngh pr create --fill", nil},
		{"argocd app set names its image", "argocd app set web --kustomize-image r/a:1", []string{"deploy argocd app set <r/a:1> target=application/web"}},
		{"argocd app sync deploys, wait waits", "argocd app sync web --server cd.x\nargocd app wait web --timeout 300", []string{
			"deploy argocd app sync target=application/web context=cd.x", "wait argocd app wait target=application/web limit=300"}},
		{"argocd app rollback", "argocd app rollback web 3", []string{"rollback argocd app rollback target=application/web"}},
		{"flux reconciles and waits", "flux reconcile kustomization web -n shop", []string{"deploy flux reconcile target=kustomization/web namespace=shop", "wait flux reconcile target=kustomization/web namespace=shop"}},
		{"compose up on the runner is a test environment", "docker compose up -d", nil},
		{"compose up over ssh is a deploy", "ssh deploy@web1 'cd /srv && docker compose pull && docker compose up -d'", []string{"deploy docker compose up target=compose context=deploy@web1"}},
		{"a here-document over ssh too", "ssh web1 <<EOF\nset -e\ndocker compose up -d\nEOF", []string{"deploy docker compose up target=compose context=web1"}},
		{"compose up by DOCKER_HOST is a deploy", "DOCKER_HOST=ssh://web1 docker compose up -d", []string{"deploy docker compose up target=compose context=ssh://web1"}},
		{"so it is behind an export", "export DOCKER_HOST=ssh://web1\ndocker compose up -d", []string{"deploy docker compose up target=compose context=ssh://web1"}},
		{"the service docker of GitLab is the runner's own", "export DOCKER_HOST=tcp://docker:2375\ndocker compose up -d", nil},
		{"compose up by a context is a deploy", "docker --context prod compose up -d", []string{"deploy docker compose up target=compose context=prod"}},
		{"docker stack deploy", "docker stack deploy -c stack.yml shop", []string{"deploy docker stack deploy target=stack/shop files=stack.yml"}},
		{"docker service update", "docker service update --image r/a:1 shop_web", []string{"deploy docker service update <r/a:1> target=service/shop_web waits"}},
		{"gcloud run deploy", "gcloud run deploy web --image gcr.io/p/a:1 --region x", []string{"deploy gcloud run deploy <gcr.io/p/a:1> target=service/web"}},
		{"aws ecs update-service and its wait", "aws ecs update-service --cluster c --service web --force-new-deployment\naws ecs wait services-stable --cluster c --services web", []string{
			"deploy aws ecs update-service target=service/web context=c", "wait aws ecs wait services-stable target=service/web context=c limit=10m"}},
		{"az containerapp update", "az containerapp update -n web -g rg --image r/a:1", []string{"deploy az containerapp update <r/a:1> target=containerapp/web context=rg"}},
		{"az webapp config container set", "az webapp config container set --name web --resource-group rg --docker-custom-image-name r/a:1", []string{"deploy az webapp config container set <r/a:1> target=webapp/web context=rg"}},
		{"aws lambda takes an image", "aws lambda update-function-code --function-name f --image-uri r/a:1", []string{"deploy aws lambda update-function-code <r/a:1> target=function/f"}},
		{"terraform apply deploys, plan does not", "terraform init\nterraform plan\nterraform apply -auto-approve", []string{"deploy terraform apply"}},
		{"cdk deploy, serverless deploy", "npx cdk deploy --all\nnpx serverless deploy --stage prod", []string{"deploy cdk deploy", "deploy serverless deploy"}},
		{"nomad job run", "nomad job run web.nomad", []string{"deploy nomad job run files=web.nomad"}},
		{"fly deploy of an image", "flyctl deploy -a web --image r/a:1", []string{"deploy flyctl deploy <r/a:1> target=app/web waits"}},
		{"what goes into a cluster on the runner is tried, not deployed", "kind create cluster\nkubectl apply -f k8s/\nkubectl rollout status deploy/web", []string{"credentials kind create"}},
		{"what goes into a cloud's cluster afterwards is deployed", "kind create cluster\nkubectl apply -f k8s/\naws eks update-kubeconfig --name prod\nkubectl apply -f k8s/", []string{
			"credentials kind create", "credentials aws eks update-kubeconfig context=prod", "deploy kubectl apply files=k8s/"}},
		{"k3s from its installer is such a cluster", "curl -sfL https://get.k3s.io | sh -\nkubectl apply -f k8s/", nil},
		{"argo rollouts set an image and promote", "kubectl argo rollouts set image web web=r/a:1\nkubectl argo rollouts promote web", []string{"deploy kubectl argo rollouts set image <r/a:1> target=rollout/web", "canary kubectl argo rollouts promote target=rollout/web"}},
		{"a workload that is called canary is one", "kubectl set image deploy/web-canary web=r/a:1", []string{"deploy kubectl set image <r/a:1> target=deployment/web-canary", "canary kubectl set image <r/a:1> target=deployment/web-canary"}},
		{"a deploy hook is called", "curl -X POST \"https://api.render.com/deploy/srv-1?key=$K\"", []string{"deploy curl"}},
	})
}

func TestFind_Credentials(t *testing.T) {
	check(t, []sentence{
		{"aws eks update-kubeconfig", "aws eks update-kubeconfig --name prod --region x", []string{"credentials aws eks update-kubeconfig context=prod"}},
		{"gcloud get-credentials", "gcloud container clusters get-credentials prod --zone z", []string{"credentials gcloud container clusters get-credentials context=prod"}},
		{"az aks get-credentials", "az aks get-credentials -g rg -n prod", []string{"credentials az aks get-credentials context=prod"}},
		{"kubectl config use-context", "kubectl config use-context acme/infra:agent", []string{"credentials kubectl config use-context context=acme/infra:agent"}},
		{"an exported KUBECONFIG", "export KUBECONFIG=$PWD/kc", []string{"credentials KUBECONFIG"}},
		{"a KUBECONFIG for later steps", `echo "KUBECONFIG=$PWD/kc" >> "$GITHUB_ENV"`, []string{"credentials KUBECONFIG"}},
		{"a kubeconfig that is written", `echo "$KC" | base64 -d > ~/.kube/config`, []string{"credentials kubeconfig"}},
		{"a kubeconfig by option", "kubectl --kubeconfig kc get pods", []string{"credentials kubectl context=kc"}},
		{"oc login", "oc login https://x --token=$T", []string{"credentials kubectl"}},
		{"argocd login", "argocd login cd.x --username u", []string{"credentials argocd login context=cd.x"}},
	})
}
