# The hotline in one image: `docker compose up` starts it, `docker compose run hotline demo` shows it.
FROM node:20-bookworm-slim AS pages
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY console ./console
RUN npm run vendor

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends kamailio kamailio-extra-modules \
    kamailio-sqlite-modules kamailio-tls-modules kamailio-utils-modules && rm -rf /var/lib/apt/lists/*
# libsndfile is in soundfile's wheel, pjsip in pjsua2-python's, Kaldi in vosk's
RUN useradd --create-home --uid 1000 hotline && mkdir /data /models && chown hotline /data /models
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY ledger ./ledger
COPY sip_config ./sip_config
COPY recorder ./recorder
COPY ivr ./ivr
COPY asr_models ./asr_models
COPY transcriber ./transcriber
COPY qa_scoring ./qa_scoring
COPY console ./console
COPY callers ./callers
COPY hotline ./hotline
COPY --from=pages /src/console/static/vendor ./console/static/vendor
RUN pip install --no-cache-dir --editable '.[s3]'
USER hotline
ENV HOTLINE_DATA_DIR=/data HOTLINE_MODELS_DIR=/models
# The model is brought at build time, so that nothing is downloaded when a call comes
RUN hotline models install
VOLUME /data
ENTRYPOINT ["hotline"]
CMD ["up"]
