# Server, gateway and simulator in one image: docs/deployment.md. There is no build step, only what package-lock.json lists.

FROM node:24.11.1-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Node.js itself is among them, with the hash of the lock file: the image runs what the tests ran. Vite is too: the
# server builds the console from its sources when it starts.
RUN npm ci --omit=dev --no-progress

FROM debian:bookworm-20251229-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Davylamp" \
      org.opencontainers.image.description="Watches hazardous-chemical plants: Modbus gateways, MQTT, alarms an operator can trust." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY contracts ./contracts
COPY gateway ./gateway
COPY ingest ./ingest
COPY alerting ./alerting
COPY dashboards ./dashboards
COPY simulators ./simulators
COPY --chmod=0755 ingest/deployment/davylamp.sh /usr/local/bin/davylamp
RUN groupadd --gid 10001 davylamp \
 && useradd --uid 10001 --gid davylamp --no-create-home --home-dir /var/lib/davylamp --shell /usr/sbin/nologin davylamp \
 && install --directory --owner=davylamp --group=davylamp --mode=0750 /var/lib/davylamp
ENV DAVYLAMP_HOME=/app NODE_ENV=production
USER davylamp
WORKDIR /var/lib/davylamp
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["davylamp", "server", "health", "--config", "/etc/davylamp/facilities"]
ENTRYPOINT ["davylamp"]
CMD ["server", "run", "--config", "/etc/davylamp/facilities"]
