#!/usr/bin/env bash
# Makes the stack of live.yml with the key and the boundary that account/ made for it; AWS_REGION, ROLE and STACK are in the environment.
set -euo pipefail
account=$(cut -d: -f5 <<<"$ROLE")
partition=$(cut -d: -f2 <<<"$ROLE")
name=deep-learning-workflow-$STACK
pulumi stack init "$STACK" --secrets-provider "${SECRETS_PROVIDER:-awskms://alias/$name?region=$AWS_REGION}"
set_value() { pulumi config set "$1" "$2" --stack "$STACK"; }
set_value aws:region "$AWS_REGION"
set_value permissionsBoundary "arn:$partition:iam::$account:policy/$name-boundary"
set_value release gradual
set_value removalProtection false
set_value logRetentionDays 1
